package org.starpunk.micropub;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text that comes back as it was sent, or is refused: nothing is replaced in silence. */
final class StrictText {

    private StrictText() {}

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

    /** The text, if it has neither half a surrogate pair nor the character NUL, which no database and no page keeps. */
    static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw MicropubException.invalid("The text has the character NUL in it.");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw MicropubException.invalid("The text has half a surrogate pair in it.");
            }
        }
        return text;
    }
}
