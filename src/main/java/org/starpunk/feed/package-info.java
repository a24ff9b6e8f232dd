/** What a feed reader sees: RSS, Atom, JSON Feed and OPML, written as streams. */
@NullMarked
package org.starpunk.feed;

import org.jspecify.annotations.NullMarked;
