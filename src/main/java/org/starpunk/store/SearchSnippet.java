package org.starpunk.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.starpunk.note.NoteSearch;
import org.starpunk.store.SearchTokenizer.Word;

/**
 * Selects the part of a text that contains most of the phrases, and marks them, like the function {@code snippet} of
 * FTS5.
 */
final class SearchSnippet {

    /**
     * SQL of the part of a text from which a snippet is made: 3,000 characters that start shortly before the first
     * match of the parameter. This limits the time for long notes.
     */
    static final String WINDOW = "substr(text, max(1, instr(lower(text), lower(?)) - 500), 3000)";

    private static final int WORDS = 32;
    private static final int BEFORE = 8;

    private final String text;
    private final List<Word> words;
    private final List<PhraseMatch> matches = new ArrayList<>();

    private SearchSnippet(String text) {
        this.text = text;
        this.words = SearchTokenizer.of(text);
    }

    /**
     * Consecutive words of a query.
     *
     * @param words folded words; at least one
     * @param prefix whether the last word is a prefix
     */
    record Phrase(List<String> words, boolean prefix) {

        private boolean matches(List<Word> text, int at) {
            int last = words.size() - 1;
            if (at + last >= text.size()) {
                return false;
            }
            for (int i = 0; i < last; i++) {
                if (!text.get(at + i).is(words.get(i))) {
                    return false;
                }
            }
            Word word = text.get(at + last);
            return prefix ? word.folded().startsWith(words.get(last)) : word.is(words.get(last));
        }

        /**
         * Returns the end of a match, exclusive. A query of one character matches a pair; then the match ends after the
         * first of the two.
         */
        private int end(Word word, String text) {
            boolean half = prefix && word.pair() && !word.folded().equals(words.get(words.size() - 1));
            return half ? text.offsetByCodePoints(word.start(), 1) : word.end();
        }
    }

    /**
     * Position of a phrase.
     *
     * @param phrase index of the phrase
     * @param from index of its first word
     * @param to index after its last word
     * @param end end in the text, exclusive
     */
    private record PhraseMatch(int phrase, int from, int to, int end) {}

    /** Returns the phrases of a query. A note must contain all of them. */
    static List<Phrase> phrases(List<SearchQuery.Term> parts) {
        List<Phrase> phrases = new ArrayList<>();
        for (SearchQuery.Term part : parts) {
            phrases.addAll(phrases(part));
        }
        return phrases;
    }

    /**
     * Returns the phrases of a term: several if it contains words of scripts without spaces, or with signs. Between
     * such a word and the next one, the index contains words that are unknown to the query.
     */
    static List<Phrase> phrases(SearchQuery.Term part) {
        List<Phrase> phrases = new ArrayList<>();
        List<String> open = new ArrayList<>();
        List<Word> words = SearchTokenizer.of(part.text());
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            boolean ends = i == words.size() - 1 || words.get(i + 1).first();
            boolean signs = word.exact() != null && ends && word.first() && part.hasSigns(word);
            if (signs) {
                close(open, false, phrases);
                open.add(String.valueOf(word.exact()));
                close(open, false, phrases);
            } else if (word.isSingle() && ends) {
                // The pairs of a run cover it completely; a single character is the prefix of a pair.
                boolean alone = i == 0 || word.first() || !words.get(i - 1).pair();
                if (alone) {
                    open.add(word.folded());
                }
                close(open, alone, phrases);
            } else {
                open.add(word.folded());
            }
        }
        close(open, part.prefix(), phrases);
        return phrases;
    }

    private static void close(List<String> words, boolean prefix, List<Phrase> phrases) {
        if (!words.isEmpty()) {
            phrases.add(new Phrase(List.copyOf(words), prefix));
            words.clear();
        }
    }

    /** Returns the word before which the window starts. */
    static String word(List<Phrase> phrases) {
        return phrases.isEmpty() ? "" : phrases.get(0).words().get(0);
    }

    static String of(String text, List<Phrase> phrases) {
        SearchSnippet snippet = new SearchSnippet(text);
        snippet.find(phrases);
        return snippet.show(snippet.best(phrases.size()));
    }

    private void find(List<Phrase> phrases) {
        for (int at = 0; at < words.size(); at++) {
            for (int phrase = 0; phrase < phrases.size(); phrase++) {
                Phrase sought = phrases.get(phrase);
                if (sought.matches(words, at)) {
                    int to = at + sought.words().size();
                    matches.add(new PhraseMatch(phrase, at, to, sought.end(words.get(to - 1), text)));
                }
            }
        }
    }

    /** Returns the index of the first word of the window with the most phrases; the first such window. */
    private int best(int phrases) {
        int best = 0;
        int max = 0;
        for (int i = 0; i < matches.size() && max < phrases; i++) {
            int from = Math.max(0, matches.get(i).from() - BEFORE);
            BitSet seen = new BitSet();
            for (int j = i; j < matches.size() && matches.get(j).to() <= from + WORDS; j++) {
                seen.set(matches.get(j).phrase());
            }
            if (seen.cardinality() > max) {
                max = seen.cardinality();
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
        for (PhraseMatch match : matches) {
            int start = words.get(match.from()).start();
            if (match.from() >= from && match.to() <= to && start >= at) {
                int stop = match.end();
                shown.append(text, at, start)
                        .append(NoteSearch.MARK_START)
                        .append(text, start, stop)
                        .append(NoteSearch.MARK_END);
                at = stop;
            }
        }
        return shown.append(text, at, end)
                .append(end == text.length() ? "" : "…")
                .toString();
    }
}
