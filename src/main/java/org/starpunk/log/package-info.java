/** How log lines look: with their request's id, on one line, without secrets. Logback makes these classes, named in its file. */
@NullMarked
package org.starpunk.log;

import org.jspecify.annotations.NullMarked;
