/** What the author sees: login, composer, notes, settings. */
@NullMarked
package org.starpunk.admin;

import org.jspecify.annotations.NullMarked;
