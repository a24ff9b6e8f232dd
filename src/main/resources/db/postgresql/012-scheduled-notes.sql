-- The next scheduled note is looked up after every change, without reading all notes.
CREATE INDEX notes_scheduled ON notes (published, id) WHERE status = 'SCHEDULED' AND deleted IS NULL;
