package org.starpunk.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reduces an embedded ICC profile to its header, white point, primaries and curves (ICC.1:2022, section 8.3.3). Removes
 * the names of displays and cameras, and lookup tables, for which a decoder would allocate the declared size.
 */
final class ColorProfileReducer {

    /** Maximum size of a profile, in bytes: the capacity of one JPEG segment. */
    static final int MAX_BYTES = 65_536;

    private static final int HEADER = 128;
    private static final int MAX_TAGS = 100;
    private static final int MAX_TAG_BYTES = 16_384;

    /** Tags of a profile with three primaries, or of a grey one, with a curve for each channel. */
    private static final Set<String> RETAINED_TAGS =
            Set.of("wtpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC");

    private static final Set<String> TYPES = Set.of("XYZ ", "sf32", "curv", "para");

    private ColorProfileReducer() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    private record ProfileTag(String name, byte[] value) {}

    /** Returns the reduced profile; empty if it is malformed or of an unsupported kind. */
    static Optional<byte[]> reduce(byte[] profile) {
        if (profile.length < HEADER + 4
                || profile.length > MAX_BYTES
                || !text(profile, 36).equals("acsp")) {
            return Optional.empty();
        }
        List<ProfileTag> tags = tags(profile);
        List<String> names = tags.stream().map(ProfileTag::name).toList();
        boolean rgb = text(profile, 16).equals("RGB ")
                && names.containsAll(List.of("rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"));
        boolean grey = text(profile, 16).equals("GRAY") && names.contains("kTRC");
        boolean known =
                (rgb || grey) && names.contains("wtpt") && text(profile, 20).equals("XYZ ");
        return known ? Optional.of(write(profile, tags)) : Optional.empty();
    }

    private static List<ProfileTag> tags(byte[] profile) {
        ByteBuffer in = ByteBuffer.wrap(profile);
        int count = in.getInt(HEADER);
        List<ProfileTag> tags = new ArrayList<>();
        if (count < 0 || count > MAX_TAGS || HEADER + 4 + 12 * count > profile.length) {
            return tags;
        }
        for (int i = 0; i < count; i++) {
            int entry = HEADER + 4 + 12 * i;
            String name = text(profile, entry);
            int at = in.getInt(entry + 4);
            int length = in.getInt(entry + 8);
            boolean inside = at >= HEADER && length >= 8 && length <= MAX_TAG_BYTES && at <= profile.length - length;
            boolean first = tags.stream().noneMatch(tag -> tag.name().equals(name));
            if (RETAINED_TAGS.contains(name) && first && inside && TYPES.contains(text(profile, at))) {
                byte[] value = new byte[length];
                System.arraycopy(profile, at, value, 0, length);
                tags.add(new ProfileTag(name, value));
            }
        }
        return tags;
    }

    private static byte[] write(byte[] profile, List<ProfileTag> tags) {
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(HEADER + 4 + 12 * tags.size());
        head.put(profile, 0, HEADER).putInt(tags.size());
        for (ProfileTag tag : tags) {
            head.put(tag.name().getBytes(StandardCharsets.ISO_8859_1));
            head.putInt(head.capacity() + values.size()).putInt(tag.value().length);
            values.writeBytes(tag.value());
            values.writeBytes(new byte[-tag.value().length & 3]);
        }
        clear(head);
        byte[] reduced = new byte[head.capacity() + values.size()];
        head.putInt(0, reduced.length);
        System.arraycopy(head.array(), 0, reduced, 0, head.capacity());
        System.arraycopy(values.toByteArray(), 0, reduced, head.capacity(), values.size());
        return reduced;
    }

    /** Clears the header fields that identify the device and the creator: offsets 48 to 63, and from 80. */
    private static void clear(ByteBuffer head) {
        head.put(48, new byte[16]);
        head.put(80, new byte[HEADER - 80]);
    }

    private static String text(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }
}
