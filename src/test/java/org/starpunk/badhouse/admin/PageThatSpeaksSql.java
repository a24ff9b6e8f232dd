package org.starpunk.badhouse.admin;

import java.sql.Connection;

record PageThatSpeaksSql(Connection connection) {}
