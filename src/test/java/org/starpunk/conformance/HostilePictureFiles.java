package org.starpunk.conformance;

import static org.starpunk.conformance.FileBytes.cut;
import static org.starpunk.conformance.FileBytes.join;
import static org.starpunk.conformance.FileBytes.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Small picture files that exhaust the memory or time of a careless decoder. */
public final class HostilePictureFiles {

    /** A word in the metadata of an image, which must not be served. */
    public static final String SECRET = "HOME-ADDRESS";

    static final int MEGABYTE = 1 << 20;

    private static final Map<String, Supplier<byte[]>> KINDS = kinds();

    private HostilePictureFiles() {}

    private static Map<String, Supplier<byte[]>> kinds() {
        Map<String, Supplier<byte[]>> kinds = new LinkedHashMap<>();
        kinds.put("png-ztxt", () -> HostilePng.pngWith("zTXt", join(text("Comment\0\0"), HostilePng.bomb(400))));
        kinds.put("png-itxt", () -> HostilePng.pngWith("iTXt", join(text("Comment\0\1\0\0\0"), HostilePng.bomb(400))));
        kinds.put("png-iccp", () -> HostilePng.pngWith("iCCP", join(text("sRGB\0\0"), HostilePng.bomb(400))));
        kinds.put("png-exif", () -> HostilePng.pngWith("eXIf", join(text("MM\0*\0\0\0\b"), new byte[18 * MEGABYTE])));
        kinds.put("png-unknown", () -> HostilePng.pngWith("teST", join(text(SECRET), new byte[18 * MEGABYTE])));
        kinds.put("png-many-chunks", () -> HostilePng.pngWithMany(1_400_000));
        kinds.put("png-flood", () -> HostilePng.png(65_535, 65_535, 1, 0, 0, HostilePng.bomb(1)));
        kinds.put("png-long", () -> HostilePng.png(100_000_000, 1, 16, 6, 0, HostilePng.bomb(1)));
        kinds.put("png-16-bit", () -> HostilePng.png(65_535, 700, 16, 6, 0, HostilePng.bomb(351)));
        kinds.put("png-interlaced", () -> HostilePng.png(7000, 7000, 16, 6, 1, HostilePng.bomb(376)));
        kinds.put("png-idat-bomb", () -> HostilePng.png(60, 40, 8, 6, 0, HostilePng.bomb(400)));
        kinds.put("png-cut", () -> cut(TestPictures.image("png", 600, 400)));
        kinds.put("jpg-segments", () -> HostileJpeg.jpegWithSegments(300));
        kinds.put("jpg-profile", () -> HostileJpeg.jpegWithProfile());
        kinds.put("jpg-flood", () -> HostileJpeg.sized(TestPictures.image("jpg", 60, 40), 65_535, 65_535));
        kinds.put("jpg-2000-scans", () -> HostileJpeg.manyScans(HostileJpeg.progressive(1000, 800), 2000));
        kinds.put("jpg-100-scans", () -> HostileJpeg.manyScans(HostileJpeg.progressive(2000, 1500), 100));
        kinds.put("jpg-100-scans-large", () -> HostileJpeg.manyScans(HostileJpeg.progressive(4000, 4000), 100));
        kinds.put("jpg-progressive-large", () -> HostileJpeg.sized(HostileJpeg.progressive(400, 300), 10_000, 9_900));
        kinds.put("jpg-arithmetic", () -> HostileJpeg.marked(TestPictures.image("jpg", 60, 40), 0xc9, 8));
        kinds.put("jpg-12-bit", () -> HostileJpeg.marked(TestPictures.image("jpg", 60, 40), 0xc1, 12));
        kinds.put("jpg-lossless", () -> HostileJpeg.marked(TestPictures.image("jpg", 60, 40), 0xc3, 8));
        kinds.put("jpg-cut", () -> cut(TestPictures.image("jpg", 600, 400)));
        kinds.put("gif-extensions", () -> HostileAnimation.gifWith(text("!\u0001"), 9 * MEGABYTE));
        kinds.put("gif-20-mb", () -> HostileAnimation.gifWith(text("!\u00fe"), 19 * MEGABYTE));
        kinds.put("gif-frames", () -> HostileAnimation.gifWithFrames(600_000));
        kinds.put("gif-flood", () -> HostileAnimation.gifSized(65_535, 65_535));
        kinds.put("gif-cut", () -> cut(TestPictures.image("gif", 600, 400)));
        kinds.put(
                "webp-chunks",
                () -> HostileAnimation.webp(
                        HostileAnimation.chunk("VP8X", HostileAnimation.canvas(1, 1, 0)),
                        HostileAnimation.vp8l(),
                        HostileAnimation.chunk("junk", HostileAnimation.filler(9))));
        kinds.put("webp-frames", () -> HostileAnimation.webpWithFrames(90_000));
        kinds.put(
                "webp-flood",
                () -> HostileAnimation.webp(
                        HostileAnimation.chunk("VP8X", HostileAnimation.canvas(1 << 24, 1 << 24, 0)),
                        HostileAnimation.vp8l()));
        kinds.put("webp-cut", () -> cut(TestPictures.of("webp")));
        return kinds;
    }

    /** Returns an image by its name. */
    public static byte[] of(String name) {
        return Objects.requireNonNull(KINDS.get(name)).get();
    }

    /** A progressive JPEG. */
    public static byte[] progressive(int width, int height) {
        return HostileJpeg.progressive(width, height);
    }

    /** An animated WebP with metadata at every level. */
    public static byte[] animatedWebp() {
        return HostileAnimation.animatedWebp();
    }
}
