package org.starpunk.note;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;

/** Sizes of the files that the site serves below {@code /media/}. */
@FunctionalInterface
public interface MediaSizes {

    /** Returns the size of each path that is a file of the site, bytes. */
    Future<Map<String, Long>> of(Collection<String> paths);
}
