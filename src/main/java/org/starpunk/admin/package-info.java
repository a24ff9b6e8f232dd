/** The author's pages: login, composer, notes, settings. */
@NullMarked
package org.starpunk.admin;

import org.jspecify.annotations.NullMarked;
