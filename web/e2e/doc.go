// Package e2e lives the main job from the outside, as sellers, buyers and moderators do: through pages and forms, with
// files on a disk, and through nothing else.
//
// A [Robot] is a person whose browser runs no script. [Run] is the story that `lightshare demo` shows and that
// the tests hold every way of running the market against: in one process, and as docker-compose.yml starts it. The
// browser's own stories, with script, are in this package's tests.
package e2e
