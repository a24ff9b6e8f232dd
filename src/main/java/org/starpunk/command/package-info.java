/** The command line: one file a verb. */
@NullMarked
package org.starpunk.command;

import org.jspecify.annotations.NullMarked;
