"""What a build does to the files of an image: the build context, COPY, ADD, and the commands of RUN lines."""
