package plot

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

// What image/png decodes is what was written, whatever the size; and its encoder
// makes of a figure no file that is smaller by a tenth.
func TestWritePNG(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, size := range []image.Point{{1, 1}, {3, 200}, {257, 2}, {64, 64}} {
		img := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				img.Set(x, y, color.RGBA{uint8(r.Uint32()), uint8(x), uint8(y), 255})
			}
		}
		var file bytes.Buffer
		if err := writePNG(&file, img); err != nil {
			t.Fatal(err)
		}
		back, err := png.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		if back.Bounds() != img.Bounds() {
			t.Fatalf("bounds %v, want %v", back.Bounds(), img.Bounds())
		}
		for y := range size.Y {
			for x := range size.X {
				if got, want := color.RGBAModel.Convert(back.At(x, y)), img.At(x, y); got != want {
					t.Fatalf("pixel %d, %d of %v: %v, want %v", x, y, size, got, want)
				}
			}
		}
	}
	file := encode(t, wiggle(Options{}, 20), PNG)
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var standard bytes.Buffer
	if err := png.Encode(&standard, img); err != nil {
		t.Fatal(err)
	}
	if float64(standard.Len()) < 0.9*float64(len(file)) {
		t.Errorf("%d bytes, image/png writes %d", len(file), standard.Len())
	}
}
