/** HTTP server: accepts connections, mounts all routes on one router, and sends error responses. */
@NullMarked
package org.starpunk.server;

import org.jspecify.annotations.NullMarked;
