/** What a Micropub client sees: create, update, delete, undelete, queries, and the endpoint for uploads. */
@NullMarked
package org.starpunk.micropub;

import org.jspecify.annotations.NullMarked;
