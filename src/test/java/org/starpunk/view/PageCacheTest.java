package org.starpunk.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageCacheTest {

    private static final int PAGES = 10;
    private static final int BYTES = 1_000;

    private final PageCache cache = new PageCache((long) PAGES * (1_000 + BYTES + BYTES / 2), () -> 1);

    private boolean keeps(String key) {
        CachedPage unused = cache.put(key, 1, RenderedPage.html(Buffer.buffer(new byte[BYTES])));
        return cache.fresh(key) != null;
    }

    @Test
    void while_there_is_room_each_page_is_kept() {
        assertThat(IntStream.range(0, PAGES / 2)).allMatch(page -> keeps("/notes/" + page));
    }

    @Test
    void who_walks_through_the_whole_site_drives_nothing_out() {
        IntStream.range(0, PAGES).forEach(page -> keeps("/notes/" + page));
        assertThat(IntStream.range(0, PAGES).filter(page -> cache.fresh("/notes/" + page) != null))
                .hasSizeGreaterThanOrEqualTo(PAGES - 2);
        assertThat(IntStream.range(100, 200)).noneMatch(page -> keeps("/notes/" + page));
        assertThat(IntStream.range(0, PAGES).filter(page -> cache.fresh("/notes/" + page) != null))
                .hasSizeGreaterThanOrEqualTo(PAGES - 2);
    }

    @Test
    void when_there_is_no_room_a_page_is_kept_that_is_asked_for_again() {
        IntStream.range(0, PAGES).forEach(page -> keeps("/notes/" + page));
        assertThat(keeps("/notes/wanted")).isFalse();
        // A page displaces cached pages that are requested less often.
        assertThat(IntStream.range(0, 20)).anyMatch(unused -> keeps("/notes/wanted"));
    }
}
