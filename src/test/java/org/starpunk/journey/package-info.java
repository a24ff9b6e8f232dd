/** Tests of the whole server on a loopback port with its own database, used over HTTP like a person would. */
@NullMarked
package org.starpunk.journey;

import org.jspecify.annotations.NullMarked;
