package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.ImportAction;
import org.starpunk.note.ArchivedNote.ImportOutcome;

/** Notes and pictures in memory, as the target of an import. */
final class InMemoryArchive implements ArchiveNoteRepository, ArchiveMediaStore {

    final Map<String, ArchivedNote> notes = new LinkedHashMap<>();
    final List<String> kept = new ArrayList<>();

    @Override
    public long count() {
        return notes.size();
    }

    @Override
    public List<ArchivedNote.Numbered> listAfter(long id, int limit) {
        return List.of();
    }

    @Override
    public List<ImportOutcome> classify(List<ArchivedNote> brought) {
        return brought.stream()
                .map(note -> new ImportOutcome(
                        notes.containsKey(note.slug()) ? ImportAction.HERE : ImportAction.ADDED, note.slug(), false))
                .toList();
    }

    @Override
    public List<ImportOutcome> add(List<ArchivedNote> brought) {
        List<ImportOutcome> outcomes = classify(brought);
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
    public String store(InputStream in) throws IOException {
        String text = text(in);
        if (!text.startsWith("GIF")) {
            throw new ArchiveException("this is no picture", null);
        }
        kept.add(text);
        return "/media/" + kept.size() + ".gif";
    }

    @Override
    public void check(InputStream in) throws IOException {
        if (!text(in).startsWith("GIF")) {
            throw new ArchiveException("this is no picture", null);
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
