# shellcheck shell=sh
main
