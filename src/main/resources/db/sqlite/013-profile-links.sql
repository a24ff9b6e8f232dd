-- Addresses of the author's profiles on other sites, one a line; and whether robots.txt allows AI crawlers (1) or not (0).
ALTER TABLE account ADD COLUMN links TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN ai_crawlers INTEGER NOT NULL DEFAULT 1;
