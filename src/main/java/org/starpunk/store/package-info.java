/** Database of the site: all SQL statements, migrations, backups, and the timings of statements. */
@NullMarked
package org.starpunk.store;

import org.jspecify.annotations.NullMarked;
