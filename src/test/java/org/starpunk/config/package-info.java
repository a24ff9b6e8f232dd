@NullMarked
package org.starpunk.config;

import org.jspecify.annotations.NullMarked;
