package org.starpunk.admin;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a submitted form. */
final class SubmittedForm {

    /** Status of a form with invalid values (RFC 9110, 15.5.21). */
    static final int UNPROCESSABLE = 422;

    private SubmittedForm() {}

    /** Returns a single-line field without surrounding white space; empty if it was not sent. */
    static String line(RoutingContext ctx, String name) {
        return text(ctx, name).strip();
    }

    /** Returns the same; a default if the field was not sent. */
    static String line(RoutingContext ctx, String name, String otherwise) {
        return ctx.request().getFormAttribute(name) == null ? otherwise : line(ctx, name);
    }

    /** Returns a field unchanged, except that the line breaks {@code \r\n} of browsers become {@code \n}. */
    static String text(RoutingContext ctx, String name) {
        String value = ctx.request().getFormAttribute(name);
        return value == null ? "" : value.replace("\r\n", "\n");
    }

    /** Returns the ids of the selected checkboxes with a name. Ignores values that are not positive numbers. */
    static List<Long> ids(RoutingContext ctx, String name) {
        return ctx.request().formAttributes().getAll(name).stream()
                .map(SubmittedForm::number)
                .filter(id -> id > 0)
                .distinct()
                .toList();
    }

    /**
     * Returns the id in the path.
     *
     * @throws HttpException with 404 if it is not a positive number
     */
    static long id(RoutingContext ctx) {
        long id = number(ctx.pathParam("id"));
        if (id <= 0) {
            throw new HttpException(404);
        }
        return id;
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
