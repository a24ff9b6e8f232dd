-- The index has a column for words that the tokenizer does not find. It is created again at the start, and filled while the site runs.
DROP TABLE IF EXISTS notes_words;
DROP TABLE IF EXISTS notes_search;
