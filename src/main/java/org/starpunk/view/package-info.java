/** Page output: templates, page cache, static files, content negotiation and conditional requests. */
@NullMarked
package org.starpunk.view;

import org.jspecify.annotations.NullMarked;
