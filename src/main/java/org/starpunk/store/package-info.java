/** Owns the database: every SQL statement, every migration, every timing of a query. */
@NullMarked
package org.starpunk.store;

import org.jspecify.annotations.NullMarked;
