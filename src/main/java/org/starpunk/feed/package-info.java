/** Files for feed readers and crawlers: RSS, Atom, JSON Feed and OPML, written as streams; sitemaps and robots.txt. */
@NullMarked
package org.starpunk.feed;

import org.jspecify.annotations.NullMarked;
