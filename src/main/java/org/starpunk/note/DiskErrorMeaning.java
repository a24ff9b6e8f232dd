package org.starpunk.note;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Meaning of an I/O error, by the operating system's text for its code (errno). */
public final class DiskErrorMeaning {

    /** Reason for ENOSPC and EDQUOT: no space on the disk or in the quota. */
    public static final String FULL = "the disk is full";

    /** Reason for EROFS. */
    public static final String READ_ONLY = "the disk is read-only";

    /** Reason for EMFILE and ENFILE. */
    public static final String NO_DESCRIPTORS = "too many files are open";

    /** Reason for EIO. */
    public static final String BROKEN = "the disk reports an error";

    /** Texts of glibc and musl for ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE and EIO. */
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

    /** Returns the reason of a disk failure, such as {@link #FULL}; empty for other failures. */
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
