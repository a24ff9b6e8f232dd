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
import com.tngtech.archunit.core.domain.Dependency;
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
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.CommonDataSource;
import org.jspecify.annotations.NullMarked;

/**
 * Architecture rules for the packages below any base package: the real one, and one that breaks every rule on purpose.
 */
final class ArchitectureRules {

    /** Types that make a static field shared mutable state, even if the field is final. */
    private static final Set<String> MUTABLE = Set.of(
            "java.util.HashMap",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.ArrayList",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicReference",
            "java.lang.StringBuilder");

    private final String root;

    ArchitectureRules(String root) {
        this.root = root;
    }

    /**
     * A rule and the class of the faulty example that breaks it.
     *
     * @param name description of the rule
     */
    record NamedRule(String name, ArchRule rule, String brokenBy) {

        @Override
        public String toString() {
            return name;
        }
    }

    List<NamedRule> walls() {
        List<NamedRule> walls = new ArrayList<>(whoKnowsWhom());
        walls.addAll(whoUsesWhat());
        walls.addAll(howCodeBehaves());
        return walls;
    }

    /** Returns one rule per package: the allowed dependencies in {@link AllowedDependencies}. */
    private List<NamedRule> whoKnowsWhom() {
        List<NamedRule> walls = new ArrayList<>();
        AllowedDependencies.MAY_KNOW.keySet().stream()
                .filter(name -> !name.equals("command"))
                .forEach(name -> walls.add(
                        new NamedRule(name + " knows its neighbours only", neighbours(name), "Bad" + camel(name))));
        return walls;
    }

    private List<NamedRule> whoUsesWhat() {
        return List.of(
                new NamedRule(
                        "no cycles between packages",
                        slices().matching(root + ".(**)").should().beFreeOfCycles(),
                        "PageThatKnowsAnotherFeature"),
                new NamedRule(
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
                new NamedRule(
                        "notes and identities take only futures from Vert.x",
                        noClasses()
                                .that(inside("note", "identity"))
                                .should()
                                .dependOnClassesThat(resideInAPackage("io.vertx..")
                                        .and(DescribedPredicate.not(nameMatching("io\\.vertx\\.core\\.Future")))),
                        "NoteThatKnowsVertx"));
    }

    private List<NamedRule> howCodeBehaves() {
        return List.of(
                new NamedRule(
                        "verticles are named so",
                        classes()
                                .that()
                                .areAssignableTo(Deployable.class)
                                .should()
                                .haveSimpleNameEndingWith("Verticle"),
                        "Sleeper"),
                new NamedRule(
                        "verticles live in server, store and monitor",
                        classes()
                                .that()
                                .haveSimpleNameEndingWith("Verticle")
                                .should()
                                .resideInAnyPackage(in("server"), in("store"), in("monitor")),
                        "PageVerticle"),
                new NamedRule(
                        "nobody sleeps or awaits",
                        noClasses()
                                .should()
                                .callMethodWhere(target(owner(nameMatching("java\\.lang\\.Thread")))
                                        .and(target(nameMatching("sleep")))
                                        .or(target(owner(nameMatching("io\\.vertx\\.core\\.Future")))
                                                .and(target(nameMatching("await"))))),
                        "Sleeper"),
                new NamedRule(
                        "only commands wait",
                        noClasses()
                                .that(outside("command"))
                                .should(callMethodWhere(target(
                                                owner(
                                                        nameMatching(
                                                                "java\\.util\\.concurrent\\.(CountDownLatch|CompletableFuture|Future|Semaphore)")))
                                        .and(target(nameMatching("await|get|join|acquire"))))),
                        "PageThatWaits"),
                new NamedRule(
                        "nobody uses the client's transactions, which lose writes",
                        noClasses()
                                .should()
                                .callMethodWhere(target(owner(resideInAPackage("io.vertx.sqlclient..")))
                                        .and(target(nameMatching("withTransaction|begin")))),
                        "StoreThatBegins"),
                new NamedRule(
                        "every package says what it is, and is null-marked",
                        classes().should(new InNullMarkedPackage()),
                        "InABarePackage"),
                new NamedRule(
                        "no static is mutable",
                        fields().that().areStatic().should(new BeImmutableConstant()),
                        "PageWithState"),
                new NamedRule(
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
                new NamedRule(
                        "nobody uses the JDK's logging",
                        noClasses() // a DataSource must declare such a logger
                                .that()
                                .areNotAssignableTo(CommonDataSource.class)
                                .should()
                                .dependOnClassesThat(resideInAPackage("java.util.logging..")),
                        "PageThatLogsByTheJdk"));
    }

    private ArchRule neighbours(String who) {
        return classes().that().resideInAPackage(in(who)).should(new DependOnlyOnAllowedPackages());
    }

    private static String camel(String name) {
        return Arrays.stream(name.split("\\."))
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining());
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

    private String[] packages(String... names) {
        return Arrays.stream(names).map(name -> root + '.' + name + "..").toArray(String[]::new);
    }

    private final class DependOnlyOnAllowedPackages extends ArchCondition<JavaClass> {

        private DependOnlyOnAllowedPackages() {
            super("know only its neighbours");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String other =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                boolean ours = other.equals(root) || other.startsWith(root + '.');
                if (ours && !AllowedDependencies.mayKnow(name(type.getPackageName()), name(other))) {
                    events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                }
            }
        }

        private String name(String packageName) {
            return packageName.equals(root) ? "ROOT" : packageName.substring(root.length() + 1);
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

    private static final class BeImmutableConstant extends ArchCondition<JavaField> {

        private BeImmutableConstant() {
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
