/** Feeds and crawler files: RSS, Atom, JSON Feed, OPML, sitemaps and robots.txt. */
@NullMarked
package org.starpunk.feed;

import org.jspecify.annotations.NullMarked;
