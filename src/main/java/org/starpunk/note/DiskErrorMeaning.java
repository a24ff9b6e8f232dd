package org.starpunk.note;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** The meaning of an input or output error of a disk, by the text of the operating system's error code (errno). */
public final class DiskErrorMeaning {

    /** The reason that is given when a disk or a quota has no space left. */
    public static final String FULL = "the disk is full";

    /** The reason of EROFS. */
    public static final String READ_ONLY = "the disk is read-only";

    /** The reason of EMFILE and ENFILE. */
    public static final String NO_DESCRIPTORS = "too many files are open";

    /** The reason of EIO. */
    public static final String BROKEN = "the disk reports an error";

    /** ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE and EIO; the texts of glibc and of musl. */
    private static final Map<String, String> REASONS = Map.of(
            "no space left on device", FULL,
            "disk quota exceeded", FULL,
            "quota exceeded", FULL,
            "read-only file system", READ_ONLY,
            "too many open files", NO_DESCRIPTORS,
            "no file descriptors available", NO_DESCRIPTORS,
            "input/output error", BROKEN,
            "i/o error", BROKEN);

    private DiskErrorMeaning() {}

    /** Returns whether the cause is a full disk or an exhausted quota. */
    public static boolean isFull(Throwable failure) {
        return reason(failure).equals(FULL);
    }

    /** Returns what is wrong with the disk, such as {@link #FULL}; an empty string when the failure is of another kind. */
    public static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && cause.getMessage() != null) {
                String text = cause.getMessage().toLowerCase(Locale.ROOT);
                for (Map.Entry<String, String> reason : REASONS.entrySet()) {
                    if (text.contains(reason.getKey())) {
                        return reason.getValue();
                    }
                }
            }
        }
        return "";
    }
}
