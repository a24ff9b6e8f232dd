-- The site's time zone, by its name. NULL in a site of an earlier version, until its first start records one.
ALTER TABLE account ADD COLUMN time_zone TEXT;
