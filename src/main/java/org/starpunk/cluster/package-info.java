/** Starts Vert.x, standalone or clustered. Only this package uses Hazelcast. */
@NullMarked
package org.starpunk.cluster;

import org.jspecify.annotations.NullMarked;
