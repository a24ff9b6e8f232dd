-- The author's home counts the drafts and shows the newest: not by reading all notes.
CREATE INDEX notes_drafts ON notes (published DESC, id DESC) WHERE status = 'DRAFT' AND deleted IS NULL;
