package org.starpunk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.journey.NodeScript;
import org.starpunk.journey.TestSite;

/**
 * Third-party clients from the npm registry, against the started server. Their scripts are in {@code src/test/npm/}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherClientsTest {

    private TestSite site;

    @BeforeAll
    void start() {
        NodeScript.assumeNode();
        site = TestSite.start().setUp();
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void micropub_helper_logs_in_and_writes_changes_deletes_and_uploads() {
        assertThat(NodeScript.run(site, "micropub-helper.mjs")).contains("posted http://");
    }

    @Test
    void oauth4webapi_logs_in_by_the_standards_alone() {
        assertThat(NodeScript.run(site, "oauth4webapi.mjs")).contains("logged in as " + site.uri() + "/");
    }
}
