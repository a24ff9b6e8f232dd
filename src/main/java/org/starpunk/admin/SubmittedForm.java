package org.starpunk.admin;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a form that was sent. */
final class SubmittedForm {

    /** The status of a form that a person has to correct (RFC 9110, 15.5.21). */
    static final int UNPROCESSABLE = 422;

    private SubmittedForm() {}

    /** A field of one line, without white space around it; empty when it was not sent. */
    static String line(RoutingContext ctx, String name) {
        return text(ctx, name).strip();
    }

    /** Returns the same, and another text when the field was not sent at all. */
    static String line(RoutingContext ctx, String name, String otherwise) {
        return ctx.request().getFormAttribute(name) == null ? otherwise : line(ctx, name);
    }

    /** A field as it was typed, with {@code \n} for the line breaks that browsers send as {@code \r\n}. */
    static String text(RoutingContext ctx, String name) {
        String value = ctx.request().getFormAttribute(name);
        return value == null ? "" : value.replace("\r\n", "\n");
    }

    /** The numbers of the ticked boxes of a name; what is no number is left out. */
    static List<Long> ids(RoutingContext ctx, String name) {
        return ctx.request().formAttributes().getAll(name).stream()
                .map(SubmittedForm::number)
                .filter(id -> id > 0)
                .distinct()
                .toList();
    }

    /** The number in a path's place; 404 when it is none. */
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
