package org.starpunk;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.core.Deployable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.sql.CommonDataSource;
import org.jspecify.annotations.NullMarked;

/** The walls between the packages, for a house that stands under any package: ours, and one that is built badly on purpose. */
final class House {

    private static final String[] FEATURES = {"site", "feed", "micropub", "indieauth", "webmention", "media", "admin"};

    /** Types that make a static field a place where state is shared, even when the field is final. */
    private static final Set<String> MUTABLE = Set.of(
            "java.util.HashMap",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.ArrayList",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicReference",
            "java.lang.StringBuilder");

    private final String root;

    House(String root) {
        this.root = root;
    }

    /**
     * A rule, and the class of the bad house that breaks it.
     *
     * @param name what it says
     */
    record Wall(String name, ArchRule rule, String brokenBy) {

        @Override
        public String toString() {
            return name;
        }
    }

    List<Wall> walls() {
        List<Wall> walls = new ArrayList<>(whoKnowsWhom());
        walls.addAll(howCodeBehaves());
        return walls;
    }

    private List<Wall> whoKnowsWhom() {
        return List.of(
                new Wall(
                        "the monitor could be lifted out",
                        knowOnly("monitor", "monitor", "monitor.web", "telemetry", "config", "view"),
                        "MonitorThatKnowsNotes"),
                new Wall(
                        "the monitor's core draws no pages",
                        noClasses()
                                .that()
                                .resideInAPackage(in("monitor"))
                                .should()
                                .dependOnClassesThat(inside("view")),
                        "MonitorThatDrawsPages"),
                new Wall(
                        "only the front door knows the monitor",
                        noClasses()
                                .that(inside(FEATURES)
                                        .or(inside("note", "identity", "store", "telemetry", "config", "view", "log")))
                                .should()
                                .dependOnClassesThat(inside("monitor")),
                        "PageThatKnowsTheMonitor"),
                new Wall(
                        "pages never know the store",
                        noClasses().that(inside(FEATURES)).should().dependOnClassesThat(inside("store")),
                        "PageThatKnowsTheStore"),
                new Wall(
                        "a feature knows no other feature but the gates",
                        knowOnlyTogether(),
                        "PageThatKnowsAnotherFeature"),
                new Wall("the recording API knows nothing of ours", knowOnly("telemetry", "telemetry"), "BadTelemetry"),
                new Wall("the configuration knows nothing of ours", knowOnly("config", "config"), "BadConfig"),
                new Wall("templates know the recording API only", knowOnly("view", "view", "telemetry"), "BadView"),
                new Wall("log lines know the recording API only", knowOnly("log", "log", "telemetry"), "BadLog"),
                new Wall(
                        "notes know nothing of the house but its limits",
                        knowOnly("note", "note", "config"),
                        "BadNote"),
                new Wall(
                        "identities know nothing of the house but its limits",
                        knowOnly("identity", "identity", "config"),
                        "BadIdentity"),
                new Wall(
                        "the store knows words, recording and settings only",
                        knowOnly("store", "store", "note", "identity", "telemetry", "config"),
                        "StoreThatKnowsAPage"),
                new Wall(
                        "only the program's root knows the command line",
                        noClasses()
                                .that(outside("command").and(resideInAPackage(root + ".*..")))
                                .should()
                                .dependOnClassesThat(inside("command")),
                        "ServerThatKnowsACommand"),
                new Wall(
                        "no cycles between packages",
                        slices().matching(root + ".(**)").should().beFreeOfCycles(),
                        "PageThatKnowsAnotherFeature"),
                new Wall(
                        "only the store speaks SQL",
                        noClasses()
                                .that(outside("store"))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(
                                        "java.sql..",
                                        "javax.sql..",
                                        "io.vertx.jdbcclient..",
                                        "io.vertx.sqlclient..",
                                        "io.agroal..",
                                        "org.sqlite..")),
                        "PageThatSpeaksSql"),
                new Wall(
                        "notes and identities take only futures from Vert.x",
                        noClasses()
                                .that(inside("note", "identity"))
                                .should()
                                .dependOnClassesThat(resideInAPackage("io.vertx..")
                                        .and(DescribedPredicate.not(nameMatching("io\\.vertx\\.core\\.Future")))),
                        "NoteThatKnowsVertx"));
    }

    private List<Wall> howCodeBehaves() {
        return List.of(
                new Wall(
                        "verticles are named so",
                        classes()
                                .that()
                                .areAssignableTo(Deployable.class)
                                .should()
                                .haveSimpleNameEndingWith("Verticle"),
                        "Sleeper"),
                new Wall(
                        "verticles live in server, store and monitor",
                        classes()
                                .that()
                                .haveSimpleNameEndingWith("Verticle")
                                .should()
                                .resideInAnyPackage(in("server"), in("store"), in("monitor")),
                        "PageVerticle"),
                new Wall(
                        "nobody sleeps or awaits",
                        noClasses()
                                .should()
                                .callMethodWhere(target(owner(nameMatching("java\\.lang\\.Thread")))
                                        .and(target(nameMatching("sleep")))
                                        .or(target(owner(nameMatching("io\\.vertx\\.core\\.Future")))
                                                .and(target(nameMatching("await"))))),
                        "Sleeper"),
                new Wall(
                        "only commands wait",
                        noClasses()
                                .that(outside("command"))
                                .should(callMethodWhere(target(
                                                owner(
                                                        nameMatching(
                                                                "java\\.util\\.concurrent\\.(CountDownLatch|CompletableFuture|Future|Semaphore)")))
                                        .and(target(nameMatching("await|get|join|acquire"))))),
                        "PageThatWaits"),
                new Wall(
                        "nobody uses the client's transactions, which lose writes",
                        noClasses()
                                .should()
                                .callMethodWhere(target(owner(resideInAPackage("io.vertx.sqlclient..")))
                                        .and(target(nameMatching("withTransaction|begin")))),
                        "StoreThatBegins"),
                new Wall(
                        "every package says what it is, and is null-marked",
                        classes().should(new InNullMarkedPackage()),
                        "InABarePackage"),
                new Wall("no static is mutable", fields().that().areStatic().should(new BeConstant()), "PageWithState"),
                new Wall(
                        "only commands write to standard output",
                        noClasses()
                                .that(outside("command"))
                                .should()
                                .accessField(System.class, "out")
                                .orShould()
                                .accessField(System.class, "err")
                                .orShould()
                                .callMethodWhere(target(nameMatching("printStackTrace"))),
                        "PageThatPrints"),
                new Wall(
                        "nobody uses the JDK's logging",
                        noClasses() // a DataSource must name such a logger
                                .that()
                                .areNotAssignableTo(CommonDataSource.class)
                                .should()
                                .dependOnClassesThat(resideInAPackage("java.util.logging..")),
                        "PageThatLogsByTheJdk"));
    }

    private ArchRule knowOnly(String who, String... known) {
        return noClasses().that(inside(who)).should().dependOnClassesThat(ours().and(outside(known)));
    }

    /** Each feature knows itself, the words, and the gates of admin and indieauth. */
    private ArchRule knowOnlyTogether() {
        return classes().that(inside(FEATURES)).should(new KnowOnlyItself());
    }

    private String in(String name) {
        return root + '.' + name;
    }

    private DescribedPredicate<JavaClass> inside(String... names) {
        return resideInAnyPackage(packages(names));
    }

    private DescribedPredicate<JavaClass> outside(String... names) {
        return DescribedPredicate.not(inside(names));
    }

    private DescribedPredicate<JavaClass> ours() {
        return resideInAPackage(root + "..");
    }

    private String[] packages(String... names) {
        return Arrays.stream(names).map(name -> root + '.' + name + "..").toArray(String[]::new);
    }

    private final class KnowOnlyItself extends ArchCondition<JavaClass> {

        private KnowOnlyItself() {
            super("know only their own feature, the words and the gates");
        }

        @Override
        public void check(JavaClass feature, ConditionEvents events) {
            String own = feature.getPackageName();
            DescribedPredicate<JavaClass> allowed = inside(
                            "note", "identity", "telemetry", "config", "view", "admin", "indieauth")
                    .or(resideInAPackage(own));
            feature.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> ours().test(dependency.getTargetClass()))
                    .filter(dependency ->
                            !allowed.test(dependency.getTargetClass().getBaseComponentType()))
                    .forEach(dependency ->
                            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
        }
    }

    private static final class InNullMarkedPackage extends ArchCondition<JavaClass> {

        private InNullMarkedPackage() {
            super("be in a null-marked package");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        type, type.getName() + " is in a package that is not null-marked"));
            }
        }
    }

    private static final class BeConstant extends ArchCondition<JavaField> {

        private BeConstant() {
            super("be final and not a container that is filled later");
        }

        @Override
        public void check(JavaField field, ConditionEvents events) {
            boolean generated =
                    field.getName().contains("$") || field.getOwner().isEnum();
            boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
            boolean filledLater = MUTABLE.contains(field.getRawType().getName());
            if (!generated && (!isFinal || filledLater)) {
                events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is mutable and static"));
            }
        }
    }
}
