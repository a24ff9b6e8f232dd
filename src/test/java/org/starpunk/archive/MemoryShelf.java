package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.Kind;
import org.starpunk.note.ArchivedNote.Outcome;

/** Notes and pictures in memory: what an import would write. */
final class MemoryShelf implements Shelf, Pictures {

    final Map<String, ArchivedNote> notes = new LinkedHashMap<>();
    final List<String> kept = new ArrayList<>();

    @Override
    public long count() {
        return notes.size();
    }

    @Override
    public List<ArchivedNote.Numbered> after(long id, int limit) {
        return List.of();
    }

    @Override
    public List<Outcome> judge(List<ArchivedNote> brought) {
        return brought.stream()
                .map(note -> new Outcome(notes.containsKey(note.slug()) ? Kind.HERE : Kind.ADDED, note.slug(), false))
                .toList();
    }

    @Override
    public List<Outcome> add(List<ArchivedNote> brought) {
        List<Outcome> outcomes = judge(brought);
        brought.forEach(note -> notes.putIfAbsent(note.slug(), note));
        return outcomes;
    }

    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public void adopt(String name, InputStream in) throws IOException {
        kept.add(name + "=" + text(in));
    }

    @Override
    public String keep(InputStream in) throws IOException {
        String text = text(in);
        if (!text.startsWith("GIF")) {
            throw new PackException("this is no picture", null);
        }
        kept.add(text);
        return "/media/" + kept.size() + ".gif";
    }

    @Override
    public void check(InputStream in) throws IOException {
        if (!text(in).startsWith("GIF")) {
            throw new PackException("this is no picture", null);
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
