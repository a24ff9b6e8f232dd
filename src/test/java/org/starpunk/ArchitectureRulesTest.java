package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.starpunk.ArchitectureRules.NamedRule;

/** Checks the architecture rules, and that an example can break each of them. */
class ArchitectureRulesTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.starpunk");

    private static final JavaClasses BAD = new ClassFileImporter().importPackages("org.starpunk.badhouse");

    @ParameterizedTest
    @MethodSource("wallsOfOurs")
    void our_house_keeps(NamedRule wall) {
        wall.rule().allowEmptyShould(true).check(OURS);
    }

    @ParameterizedTest
    @MethodSource("wallsOfTheBadHouse")
    void a_bad_house_is_found_out(NamedRule wall) {
        List<String> found = wall.rule()
                .allowEmptyShould(true)
                .evaluate(BAD)
                .getFailureReport()
                .getDetails();
        assertThat(found).anySatisfy(violation -> assertThat(violation).contains(wall.brokenBy()));
    }

    @Test
    void every_package_has_its_neighbours_written_down() {
        assertThat(OURS)
                .extracting(JavaClass::getPackageName)
                .allMatch(name -> name.equals("org.starpunk")
                        || AllowedDependencies.MAY_KNOW.containsKey(name.substring("org.starpunk.".length())));
    }

    static List<NamedRule> wallsOfOurs() {
        return new ArchitectureRules("org.starpunk").walls();
    }

    static List<NamedRule> wallsOfTheBadHouse() {
        return new ArchitectureRules("org.starpunk.badhouse").walls();
    }
}
