package org.starpunk.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.starpunk.note.Search;
import org.starpunk.store.Words.Word;

/** The part of a text that shows most of what was looked for, with the places marked, as FTS5's {@code snippet} makes it. */
final class Snippet {

    private static final int WORDS = 32;
    private static final int BEFORE = 8;

    private final String text;
    private final List<Word> words;
    private final List<Match> matches = new ArrayList<>();

    private Snippet(String text) {
        this.text = text;
        this.words = Words.of(text);
    }

    /**
     * Words, one after the other, that are looked for.
     *
     * @param words folded; at least one
     * @param prefix whether the last of them may go on
     */
    record Phrase(List<String> words, boolean prefix) {

        private boolean matches(List<Word> text, int at) {
            int last = words.size() - 1;
            if (at + last >= text.size()) {
                return false;
            }
            for (int i = 0; i < last; i++) {
                if (!text.get(at + i).folded().equals(words.get(i))) {
                    return false;
                }
            }
            String word = text.get(at + last).folded();
            return prefix ? word.startsWith(words.get(last)) : word.equals(words.get(last));
        }
    }

    /** Where a phrase stands: the numbers of its first word and of the one behind its last. */
    private record Match(int phrase, int from, int to) {}

    static String of(String text, List<Phrase> phrases) {
        Snippet snippet = new Snippet(text);
        snippet.find(phrases);
        return snippet.show(snippet.best(phrases.size()));
    }

    private void find(List<Phrase> phrases) {
        for (int at = 0; at < words.size(); at++) {
            for (int phrase = 0; phrase < phrases.size(); phrase++) {
                if (phrases.get(phrase).matches(words, at)) {
                    matches.add(new Match(
                            phrase, at, at + phrases.get(phrase).words().size()));
                }
            }
        }
    }

    /** The number of the word with which the window begins that has most of the phrases; the first of such. */
    private int best(int phrases) {
        int best = 0;
        int most = 0;
        for (int i = 0; i < matches.size() && most < phrases; i++) {
            int from = Math.max(0, matches.get(i).from() - BEFORE);
            BitSet seen = new BitSet();
            for (int j = i; j < matches.size() && matches.get(j).to() <= from + WORDS; j++) {
                seen.set(matches.get(j).phrase());
            }
            if (seen.cardinality() > most) {
                most = seen.cardinality();
                best = from;
            }
        }
        return best;
    }

    private String show(int from) {
        int to = Math.min(words.size(), from + WORDS);
        int end = to == words.size() ? text.length() : words.get(to - 1).end();
        int at = from == 0 ? 0 : words.get(from).start();
        StringBuilder shown = new StringBuilder(from == 0 ? "" : "…");
        for (Match match : matches) {
            int start = words.get(match.from()).start();
            if (match.from() >= from && match.to() <= to && start >= at) {
                int stop = words.get(match.to() - 1).end();
                shown.append(text, at, start)
                        .append(Search.MARK_START)
                        .append(text, start, stop)
                        .append(Search.MARK_END);
                at = stop;
            }
        }
        return shown.append(text, at, end)
                .append(end == text.length() ? "" : "…")
                .toString();
    }
}
