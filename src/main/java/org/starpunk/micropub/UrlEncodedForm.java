package org.starpunk.micropub;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the fields of an {@code application/x-www-form-urlencoded} body strictly, in order. */
final class UrlEncodedForm {

    static final int MAX_FIELDS = 1000;

    private UrlEncodedForm() {}

    /** Form field. */
    record Field(String name, String value) {}

    static List<Field> parse(byte[] body) {
        List<Field> fields = new ArrayList<>();
        for (String pair : StrictUtf8.utf8(body).split("&")) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                String name = equals < 0 ? pair : pair.substring(0, equals);
                fields.add(new Field(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1))));
            }
            if (fields.size() > MAX_FIELDS) {
                throw MicropubException.invalid("The form has more than " + MAX_FIELDS + " fields.");
            }
        }
        return fields;
    }

    /** Returns the first value of a field; null for none. */
    static @Nullable String value(List<Field> fields, String name) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return field.value();
            }
        }
        return null;
    }

    /** Decodes percent escapes and plus signs. Rejects malformed escapes and bytes that are not UTF-8. */
    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                out.write(hex(in, i + 1) << 4 | hex(in, i + 2));
                i += 2;
            } else {
                out.write(in[i] == '+' ? ' ' : in[i]);
            }
        }
        return StrictUtf8.utf8(out.toByteArray());
    }

    private static int hex(byte[] in, int at) {
        int digit = at < in.length ? Character.digit(in[at], 16) : -1;
        if (digit < 0) {
            throw MicropubException.invalid("The form contains an invalid percent escape.");
        }
        return digit;
    }
}
