/** Starts Vert.x, alone or as one node of several: the only place that knows Hazelcast. */
@NullMarked
package org.starpunk.cluster;

import org.jspecify.annotations.NullMarked;
