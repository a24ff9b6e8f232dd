package org.starpunk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.conformance.TestPictures;
import org.starpunk.identity.Profile;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** Unused pictures are deleted after some weeks; those of visible and restorable notes are retained. */
class UnusedMediaCleanupTest {

    private static final Duration PATIENCE = Duration.ofDays(30);

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private String upload() throws IOException {
        Path file = Files.write(site.dataDir().resolve("upload"), TestPictures.image("jpg", 1400, 900));
        MediaStore media = new MediaStore(site.deployment().vertx(), site.dataDir());
        return TestSite.await(media.store(file.toString()));
    }

    private UnusedMediaCleanup after(Duration later) {
        return new UnusedMediaCleanup(
                site.deployment().vertx(),
                site.dataDir(),
                site.deployment().notes(),
                site.deployment().account(),
                PATIENCE,
                Clock.offset(Clock.systemUTC(), later));
    }

    private int status(String path) {
        return site.head(path).statusCode();
    }

    private String portrait() throws IOException {
        String path = upload();
        Profile old = site.deployment().account().profile();
        TestSite.await(site.deployment()
                .account()
                .changeProfile(
                        new Profile(old.siteName(), old.siteUrl(), old.authorName(), old.bio(), path, old.language())));
        return path;
    }

    @Test
    void a_picture_that_nobody_uses_goes_in_all_its_sizes_and_the_others_stay() throws IOException {
        String unused = upload();
        String shown = upload();
        String deleted = upload();
        String portrait = portrait();
        site.publish("![A picture](" + shown + ")", "");
        Note gone = site.publish("![Another](" + deleted + ")", "");
        TestSite.await(site.deployment().notes().delete(gone.id()));
        Path foreign = Files.writeString(site.dataDir().resolve("media/" + "a".repeat(60) + ".txt"), "the author's");

        assertThat(TestSite.await(after(PATIENCE.minusDays(1)).sweep())).isZero();
        assertThat(status(unused)).isEqualTo(200);

        assertThat(TestSite.await(after(PATIENCE.plusDays(1)).sweep()))
                .as("the full picture and its two copies")
                .isEqualTo(3);
        assertThat(status(unused)).isEqualTo(404);
        assertThat(status(unused.replace(".jpg", "-640.jpg"))).isEqualTo(404);
        assertThat(List.of(shown, deleted, portrait))
                .allSatisfy(path -> assertThat(status(path)).isEqualTo(200));
        assertThat(foreign).exists();
    }

    @Test
    void what_a_crash_has_left_of_an_upload_goes_after_a_day() throws IOException {
        Path incoming = Files.createDirectories(site.dataDir().resolve("media/incoming/cut-off"));
        Files.writeString(incoming.resolve("full"), "half a picture");
        TestSite.await(after(Duration.ofHours(23)).sweep());
        assertThat(incoming).exists();
        TestSite.await(after(Duration.ofHours(25)).sweep());
        assertThat(incoming).doesNotExist();
    }

    @Test
    void it_is_looked_for_by_itself_on_one_of_the_nodes() throws IOException {
        String unused = upload();
        AtomicInteger asked = new AtomicInteger();
        BooleanSupplier another = () -> asked.incrementAndGet() < 0;
        after(PATIENCE.plusDays(1)).schedule(Duration.ZERO, another);
        await().untilAsserted(() -> assertThat(asked).hasValue(1));
        assertThat(status(unused)).isEqualTo(200);
        after(PATIENCE.plusDays(1)).schedule(Duration.ZERO, () -> true);
        await().untilAsserted(() -> assertThat(status(unused)).isEqualTo(404));
    }
}
