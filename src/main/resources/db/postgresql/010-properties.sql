-- Properties that an app sent and that have no column of their own, as a JSON object of arrays.
ALTER TABLE notes ADD COLUMN properties TEXT;
