package org.starpunk.micropub;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses an action from form fields or from JSON. */
final class MicropubActionParser {

    private MicropubActionParser() {}

    static MicropubAction form(List<UrlEncodedForm.Field> fields, List<String> files) {
        String action = UrlEncodedForm.value(fields, "action");
        if (action != null && !action.equals("create")) {
            return onUrl(action, UrlEncodedForm.value(fields, "url"));
        }
        requireEntry(UrlEncodedForm.value(fields, "h"));
        NestedFieldParser properties = new NestedFieldParser();
        for (UrlEncodedForm.Field field : fields) {
            if (!List.of("h", "action", "access_token", "url").contains(field.name())) {
                properties.add(field.name(), field.value());
            }
        }
        return new MicropubAction.Create(properties.properties(), files);
    }

    static MicropubAction json(Map<String, Object> body) {
        Object action = body.get("action");
        if (action == null || action.equals("create")) {
            requireEntry(type(body.get("type")));
            if (!(body.get("properties") instanceof Map<?, ?> properties)) {
                throw MicropubException.invalid("A new post needs properties, an object of arrays.");
            }
            return new MicropubAction.Create(MicroformatProperties.of("properties", properties), List.of());
        }
        String url = body.get("url") instanceof String text ? text : null;
        if (action.equals("update") && url != null) {
            return new MicropubAction.Update(url, UpdateOperations.of(body));
        }
        return onUrl(action.toString(), url);
    }

    private static @Nullable String type(@Nullable Object type) {
        if (type == null) {
            return null;
        }
        if (type instanceof List<?> list
                && list.size() == 1
                && list.get(0) instanceof String name
                && name.startsWith("h-")) {
            return name.substring(2);
        }
        throw MicropubException.invalid("The type must be an array with one name, such as [\"h-entry\"].");
    }

    private static void requireEntry(@Nullable String type) {
        if (type != null && !type.equals("entry")) {
            throw MicropubException.invalid("This site accepts posts of the type h-entry only.");
        }
    }

    private static MicropubAction onUrl(String action, @Nullable String url) {
        if (url == null) {
            throw MicropubException.invalid("The action needs the url of a post.");
        }
        return switch (action) {
            case "delete" -> new MicropubAction.Delete(url);
            case "undelete" -> new MicropubAction.Undelete(url);
            case "update" -> throw MicropubException.invalid("An update must be sent as JSON.");
            default ->
                throw MicropubException.invalid("The action is unknown. Send create, update, delete or undelete.");
        };
    }
}
