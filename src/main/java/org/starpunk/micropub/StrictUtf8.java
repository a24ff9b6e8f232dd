package org.starpunk.micropub;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.starpunk.view.ControlCharacters;

/** Text that comes back as it was sent, without control characters, or is refused. */
final class StrictUtf8 {

    private StrictUtf8() {}

    /** Decodes UTF-8; refuses what is not well formed. */
    static String utf8(byte[] bytes) {
        try {
            return checked(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw MicropubException.invalid("The text is not valid UTF-8.");
        }
    }

    /** The text without control characters. Refuses half a surrogate pair, which no database and no page can store. */
    static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw MicropubException.invalid("The text has half a surrogate pair in it.");
            }
        }
        return ControlCharacters.remove(text);
    }
}
