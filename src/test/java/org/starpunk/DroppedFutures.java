package org.starpunk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Finds calls whose future is discarded: the next instruction pops the result from the stack. */
final class DroppedFutures extends ClassVisitor {

    /** Methods that end a chain of futures. */
    private static final Set<String> ENDS = Set.of("onComplete", "onFailure", "onSuccess");

    /**
     * Methods whose failure means that the client has disconnected. The caller cannot react; the request's timing
     * counts it.
     */
    private static final Set<String> ANSWERS = Set.of(
            "io.vertx.core.eventbus.MessageConsumer.unregister",
            "io.vertx.core.http.HttpServerResponse.end",
            "io.vertx.core.http.HttpServerResponse.reset",
            "io.vertx.core.http.HttpServerResponse.write",
            "io.vertx.core.http.HttpServerResponse.writeContinue",
            "io.vertx.ext.web.RoutingContext.end",
            "io.vertx.ext.web.RoutingContext.json",
            "io.vertx.ext.web.RoutingContext.redirect");

    private final List<String> found = new ArrayList<>();
    private String className = "";

    private DroppedFutures() {
        super(Opcodes.ASM9);
    }

    /**
     * Returns the places in a folder of class files where a future is discarded: {@code
     * org.starpunk.admin.AdminHomePage.show:42 drops …}.
     */
    static List<String> in(Path folder) throws IOException {
        DroppedFutures search = new DroppedFutures();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            try (InputStream bytes = Files.newInputStream(file)) {
                new ClassReader(bytes).accept(search, ClassReader.SKIP_FRAMES);
            }
        }
        return search.found;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        className = name.replace('/', '.');
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        return new Method(name);
    }

    private final class Method extends MethodVisitor {

        private final String method;
        private @Nullable String future;
        private int line;

        private Method(String method) {
            super(Opcodes.ASM9);
            this.method = method;
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean returnsFuture = descriptor.endsWith(")Lio/vertx/core/Future;");
            String called = owner.replace('/', '.') + '.' + name;
            future = returnsFuture && !ENDS.contains(name) && !ANSWERS.contains(called) ? called : null;
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.POP && future != null) {
                found.add(className + '.' + method + ':' + line + " drops " + future);
            }
            future = null;
        }
    }
}
