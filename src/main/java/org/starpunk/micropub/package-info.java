/** Micropub server: create, update, delete, undelete, queries, and the media endpoint. */
@NullMarked
package org.starpunk.micropub;

import org.jspecify.annotations.NullMarked;
