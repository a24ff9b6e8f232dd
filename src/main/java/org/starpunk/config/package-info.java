/** Configuration: reads each setting once from a flag, the environment or a file, and refuses unknown keys. */
@NullMarked
package org.starpunk.config;

import org.jspecify.annotations.NullMarked;
