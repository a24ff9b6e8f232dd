package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasskeyFlagsTest {

    private static String data(int flags) {
        byte[] data = new byte[37];
        data[32] = (byte) flags;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }

    private static JsonObject shown(int flags) {
        return new JsonObject().put("response", new JsonObject().put("authenticatorData", data(flags)));
    }

    private static JsonObject made(int flags) throws Exception {
        byte[] object = new ObjectMapper(new CBORFactory())
                .writeValueAsBytes(
                        Map.of("fmt", "none", "authData", Base64.getUrlDecoder().decode(data(flags))));
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(object);
        return new JsonObject().put("response", new JsonObject().put("attestationObject", text));
    }

    @ParameterizedTest
    @CsvSource({
        "0x05, true",
        "0x45, true",
        "0x1d, true",
        "0x00, false",
        "0x01, false",
        "0x04, false",
        "0x41, false",
        "0xfa, false"
    })
    void a_person_has_to_be_present_and_verified(String flags, boolean right) throws Exception {
        for (boolean creation : List.of(false, true)) {
            JsonObject answer = creation ? made(Integer.decode(flags)) : shown(Integer.decode(flags));
            if (right) {
                assertThatCode(() -> PasskeyFlags.requireVerifiedUser(answer, creation))
                        .doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> PasskeyFlags.requireVerifiedUser(answer, creation))
                        .isInstanceOf(PasskeyVerifier.PasskeyRefusedException.class);
            }
        }
    }

    @Test
    void the_data_of_the_other_kind_of_answer_does_not_count() throws Exception {
        assertThatThrownBy(() -> PasskeyFlags.requireVerifiedUser(shown(5), true))
                .isInstanceOf(PasskeyVerifier.PasskeyRefusedException.class);
        JsonObject made = made(5);
        assertThatThrownBy(() -> PasskeyFlags.requireVerifiedUser(made, false))
                .isInstanceOf(PasskeyVerifier.PasskeyRefusedException.class);
    }

    @Test
    void what_cannot_be_read_is_refused() {
        for (JsonObject answer : List.of(
                new JsonObject(),
                new JsonObject()
                        .put(
                                "response",
                                new JsonObject().put("authenticatorData", "@@@").put("attestationObject", "@@@")),
                new JsonObject()
                        .put(
                                "response",
                                new JsonObject()
                                        .put("authenticatorData", "AAAA")
                                        .put("attestationObject", "AAAA")),
                new JsonObject()
                        .put(
                                "response",
                                new JsonObject().put("authenticatorData", 5).put("attestationObject", 5)))) {
            for (boolean creation : List.of(true, false)) {
                assertThatThrownBy(() -> PasskeyFlags.requireVerifiedUser(answer, creation))
                        .isInstanceOf(PasskeyVerifier.PasskeyRefusedException.class);
            }
        }
    }
}
