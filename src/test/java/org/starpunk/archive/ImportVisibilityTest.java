package org.starpunk.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.note.Note;

/** Visibility of an imported item, based on the fields of its front matter. */
class ImportVisibilityTest {

    private static ImportVisibility of(String head) throws ArchiveException {
        ImportVisibility importVisibility = new ImportVisibility(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        importVisibility.fields(
                FrontMatter.readAny("---\n" + head + "\n---\n").orElseThrow().fields());
        return importVisibility;
    }

    private static boolean isPublic(ImportVisibility importVisibility) {
        return !importVisibility.isLeftOut()
                && importVisibility.status() == Note.Status.PUBLISHED
                && importVisibility.visibility() == Note.Visibility.PUBLIC;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "draft: yes",
                "draft: Yes",
                "draft: ON",
                "draft: y",
                "draft: 1",
                "draft: 'true'",
                "Draft: TRUE",
                "draft: maybe",
                "draft: [true]",
                "draft: {now: true}",
                "published: no",
                "published: Off",
                "published: 0",
                "published: \"false\"",
                "published: n",
                "published: later",
                "published: 2030-01-01",
                "publish: false",
                "permalink: false",
                "render: false",
                "status: draft",
                "status: Pending",
                "status: embargoed",
                "status: {a: b}",
                "post_status: auto-draft",
                "visibility: friends",
                "visibility: Private",
                "visibility: members",
                "privacy: 2",
                "private: true",
                "private: on",
                "private: sometimes",
                "password: x",
                "post_password: 'no way'",
                "public: false",
                "is_public: 0",
                "unlisted: true",
                "hidden: yes",
                "listed: no",
                "date: 2026-01-02",
                "date: not yet",
                "publishDate: 2027-01-01T00:00:00Z",
                "pubdate: Fri, 02 Jan 2027 10:00:00 GMT",
                "scheduled: true",
                "expiryDate: 2025-12-31",
                "expires: eventually",
                "build: {render: never}",
                "build: {list: local}",
                "_build: {render: false}",
                "build: {render: link}",
                "headless: true",
                "params: {draft: true}",
                "extra: {private: yes}",
                "audience: [members]",
                "access: paid",
                "status: trash",
                "trashed: true",
                "members_only: 1",
                "encrypted: true",
                "localOnly: true",
                "eleventyExcludeFromCollections: true"
            })
    void a_field_that_limits_or_that_is_not_understood_keeps_it_from_the_public(String head) throws ArchiveException {
        ImportVisibility importVisibility = of(head);
        assertThat(isPublic(importVisibility)).isFalse();
        assertThat(importVisibility.reasons()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "title: x",
                "draft: no",
                "draft: False",
                "draft: off",
                "draft: 0",
                "draft:",
                "draft: ''",
                "published: true",
                "published: Yes",
                "published: 2025-01-01",
                "published: on",
                "status: publish",
                "status: Published",
                "status: public",
                "visibility: public",
                "private: false",
                "password:",
                "password: ''",
                "date: 2025-12-31",
                "expiryDate: 2026-02-01",
                "expires: never",
                "permalink: /x/:title/",
                "build: {render: always, list: always}",
                "build: {list: true}",
                "state: California",
                "audience: developers",
                "hidden: no",
                "unlisted: off",
                "params: {weight: 3}",
                "public: yes"
            })
    void a_field_that_limits_nothing_leaves_it_public(String head) throws ArchiveException {
        ImportVisibility importVisibility = of(head);
        assertThat(importVisibility.reasons()).isEmpty();
        assertThat(isPublic(importVisibility)).isTrue();
    }

    @Test
    void the_strictest_statement_wins_whatever_the_order() throws ArchiveException {
        assertThat(of("visibility: private\nunlisted: true").visibility()).isEqualTo(Note.Visibility.PRIVATE);
        assertThat(of("unlisted: true\nvisibility: private").visibility()).isEqualTo(Note.Visibility.PRIVATE);
        ImportVisibility both = of("visibility: private\ndraft: true\npublished: true");
        assertThat(both.status()).isEqualTo(Note.Status.DRAFT);
        assertThat(both.visibility()).isEqualTo(Note.Visibility.PRIVATE);
    }
}
