/** Lays a page: templates compiled at the start, rendered in memory, timed. */
@NullMarked
package org.starpunk.view;

import org.jspecify.annotations.NullMarked;
