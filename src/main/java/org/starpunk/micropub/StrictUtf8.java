package org.starpunk.micropub;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.starpunk.view.ControlCharacters;

/** Validates text: accepts well-formed UTF-8 only, and removes control characters. */
final class StrictUtf8 {

    private StrictUtf8() {}

    /**
     * Decodes UTF-8 and removes control characters.
     *
     * @throws MicropubException with status 400 if the bytes are not well-formed UTF-8
     */
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

    /**
     * Returns the text without control characters.
     *
     * @throws MicropubException with status 400 for an unpaired surrogate, which cannot be encoded as UTF-8
     */
    static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw MicropubException.invalid("The text contains an unpaired surrogate.");
            }
        }
        return ControlCharacters.remove(text);
    }
}
