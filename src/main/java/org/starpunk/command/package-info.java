/** The command line, with one file per command. */
@NullMarked
package org.starpunk.command;

import org.jspecify.annotations.NullMarked;
