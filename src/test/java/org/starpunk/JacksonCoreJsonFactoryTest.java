package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import org.junit.jupiter.api.Test;

class JacksonCoreJsonFactoryTest {

    @Test
    void vertx_reads_json_without_data_binding() {
        assertThat(JsonFactory.load().codec()).isExactlyInstanceOf(JacksonCodec.class);
    }
}
